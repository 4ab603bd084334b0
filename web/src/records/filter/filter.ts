/**
 * The filter of a list as a tree, and its text in the grammar of AIP-160 as docs/api/README.md lists it.
 * The text is what stands in the address, in saved views and in calls; the tree is what the builder edits.
 */

export type Literal =
  | { kind: 'text'; text: string }
  | { kind: 'number'; text: string }
  | { kind: 'word'; text: string }
  | { kind: 'list'; items: Literal[] };

export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=' | ':' | 'in';

export interface Condition {
  kind: 'condition';
  /** A field, a path through references such as `owner.team`, or `''` for words that may stand anywhere in the record. */
  field: string;
  comparator: Comparator;
  value: Literal;
  negated: boolean;
}

export interface Group {
  kind: 'group';
  join: 'and' | 'or';
  negated: boolean;
  children: Node[];
}

/** How many records belong to this one, or a sum over them: `activities(kind = "visit") >= 2`. */
export interface Behaviour {
  kind: 'behaviour';
  /** A noun, with the field that is summed behind it, or a date and `.rhythm`. */
  path: string;
  inside: Group;
  comparator: Exclude<Comparator, ':' | 'in'>;
  value: Literal;
  negated: boolean;
}

export type Node = Condition | Group | Behaviour;

export const emptyGroup = (): Group => ({ kind: 'group', join: 'and', negated: false, children: [] });

export const text = (value: string): Literal => ({ kind: 'text', text: value });
export const word = (value: string): Literal => ({ kind: 'word', text: value });
export const number = (value: string): Literal => ({ kind: 'number', text: value });
export const list = (items: Literal[]): Literal => ({ kind: 'list', items });

export function condition(field: string, comparator: Comparator, value: Literal, negated = false): Condition {
  return { kind: 'condition', field, comparator, value, negated };
}

/** Thrown for text that is no filter; `at` is the position in the text. */
export class FilterSyntax extends Error {
  readonly at: number;
  constructor(at: number, expected: string) {
    super(`Position ${at + 1}: ${expected} expected.`);
    this.name = 'FilterSyntax';
    this.at = at;
  }
}

// --- tree → text ---

export function write(node: Node): string {
  if (node.kind === 'group' && node.children.length === 0) return '';
  const parts = node.kind === 'group' && !node.negated ? members(node) : null;
  // A group that stands alone needs no brackets; inside another it always gets them, because AIP-160 lets OR
  // bind tighter than AND, opposite to most languages, and nobody should have to know.
  return parts ? parts.join(node.kind === 'group' && node.join === 'or' ? ' OR ' : ' AND ') : writeInside(node);
}

function members(group: Group): string[] {
  return group.children.map(writeInside).filter((part) => part !== '');
}

function writeInside(node: Node): string {
  if (node.kind === 'condition') {
    const value = writeLiteral(node.value);
    if (node.field === '') return node.negated ? `NOT ${value}` : value;
    const operator = node.comparator === ':' ? `${node.field}:${value}` : `${node.field} ${node.comparator} ${value}`;
    return node.negated ? `NOT ${operator}` : operator;
  }
  if (node.kind === 'behaviour') {
    const said = `${node.path}(${write(node.inside)}) ${node.comparator} ${writeLiteral(node.value)}`;
    return node.negated ? `NOT ${said}` : said;
  }
  const parts = members(node);
  if (parts.length === 0) return '';
  if (parts.length === 1 && !node.negated) return parts[0]!;
  const inside = parts.join(node.join === 'or' ? ' OR ' : ' AND ');
  return node.negated ? `NOT (${inside})` : `(${inside})`;
}

function writeLiteral(value: Literal): string {
  if (value.kind === 'list') return `(${value.items.map(writeLiteral).join(', ')})`;
  return value.kind === 'text' ? quote(value.text) : value.text;
}

export function quote(value: string): string {
  return `"${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}

// --- text → tree ---

interface Token {
  kind: 'name' | 'text' | 'sign' | 'end';
  text: string;
  at: number;
}

const comparators = ['=', '!=', '<', '<=', '>', '>=', ':'];
const signs = ['<=', '>=', '!=', '=', '<', '>', ':', '(', ')', ','];

function tokens(source: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const letter = source[at]!;
    if (/\s/.test(letter)) {
      at++;
      continue;
    }
    if (letter === '"' || letter === "'") {
      const start = at++;
      let content = '';
      while (at < source.length && source[at] !== letter) {
        if (source[at] === '\\' && at + 1 < source.length) at++;
        content += source[at++];
      }
      if (at >= source.length) throw new FilterSyntax(start, `closing ${letter}`);
      at++;
      found.push({ kind: 'text', text: content, at: start });
      continue;
    }
    const sign = signs.find((candidate) => source.startsWith(candidate, at));
    if (sign) {
      found.push({ kind: 'sign', text: sign, at });
      at += sign.length;
      continue;
    }
    const start = at;
    while (at < source.length && !/[\s"'()<>=!:,]/.test(source[at]!)) at++;
    // A moment such as 2026-11-22T01:00:00Z holds colons that separate nothing.
    if (/^\d{4}-\d{2}-\d{2}T\d{2}$/.test(source.slice(start, at)))
      while (at < source.length && /[\d:.Z+-]/.test(source[at]!)) at++;
    if (at === start) throw new FilterSyntax(at, 'a name or value');
    found.push({ kind: 'name', text: source.slice(start, at), at: start });
  }
  found.push({ kind: 'end', text: '', at: source.length });
  return found;
}

class Reader {
  private position = 0;
  private readonly all: Token[];
  constructor(source: string) {
    this.all = tokens(source);
  }

  filter(): Group {
    if (this.peek().kind === 'end') return emptyGroup();
    const node = this.expression();
    if (this.peek().kind !== 'end') throw new FilterSyntax(this.peek().at, 'AND, OR or the end');
    return asGroup(node);
  }

  private expression(): Node {
    const children = [this.factor()];
    while (this.startsAnother()) {
      if (this.isKeyword('AND')) this.next();
      children.push(this.factor());
    }
    return joined('and', children);
  }

  private factor(): Node {
    const children = [this.term()];
    while (this.isKeyword('OR')) {
      this.next();
      children.push(this.term());
    }
    return joined('or', children);
  }

  private term(): Node {
    if (this.isKeyword('NOT')) {
      this.next();
      const node = this.term();
      return { ...node, negated: !node.negated };
    }
    const token = this.next();
    if (token.kind === 'sign' && token.text === '(') {
      const node = this.expression();
      this.expect(')');
      return node;
    }
    if (token.kind === 'text') return condition('', ':', text(token.text));
    if (token.kind === 'name' && token.text.startsWith('-') && token.text.length > 1)
      return { ...this.comparisonOrWords({ ...token, text: token.text.slice(1), at: token.at + 1 }), negated: true };
    if (token.kind !== 'name') throw new FilterSyntax(token.at, 'a field');
    return this.comparisonOrWords(token);
  }

  /** A name that is compared with nothing is a word to look for. */
  private comparisonOrWords(token: Token): Node {
    const sign = this.peek();
    // Right behind the name: with a blank between, brackets begin another group.
    if (sign.kind === 'sign' && sign.text === '(' && sign.at === token.at + token.text.length) return this.behaviour(token);
    const isCompared =
      (sign.kind === 'sign' && comparators.includes(sign.text)) ||
      (sign.kind === 'name' && sign.text.toLowerCase() === 'in');
    return isCompared ? this.comparison(token) : condition('', ':', text(token.text));
  }

  private behaviour(noun: Token): Behaviour {
    this.expect('(');
    const inside = this.isSign(')') ? emptyGroup() : asGroup(this.expression());
    this.expect(')');
    const sign = this.peek();
    const compared = sign.kind === 'sign' && comparators.includes(sign.text);
    if (compared && sign.text === ':') throw new FilterSyntax(sign.at, 'a comparison');
    const comparator = compared ? (this.next().text as Behaviour['comparator']) : '>=';
    return {
      kind: 'behaviour',
      path: noun.text,
      inside,
      comparator,
      value: compared ? this.literal() : number('1'),
      negated: false,
    };
  }

  private comparison(field: Token): Condition {
    const sign = this.next();
    if (sign.kind === 'name' && sign.text.toLowerCase() === 'in') {
      this.expect('(');
      const items: Literal[] = [];
      while (!this.isSign(')')) {
        items.push(this.literal());
        if (!this.isSign(')')) this.expect(',');
      }
      this.expect(')');
      return condition(field.text, 'in', list(items));
    }
    if (sign.kind !== 'sign' || !comparators.includes(sign.text)) throw new FilterSyntax(sign.at, 'an operator');
    return condition(field.text, sign.text as Comparator, this.literal());
  }

  private literal(): Literal {
    const token = this.next();
    if (token.kind === 'text') return text(token.text);
    if (token.kind !== 'name') throw new FilterSyntax(token.at, 'a value');
    if (/^-?\d+(\.\d+)?$/.test(token.text)) return number(token.text);
    return word(token.text);
  }

  private startsAnother(): boolean {
    const token = this.peek();
    return token.kind === 'name' ? !this.isKeyword('OR') : token.kind === 'sign' && token.text === '(';
  }

  private isKeyword(name: string): boolean {
    const token = this.peek();
    return token.kind === 'name' && token.text === name;
  }

  private isSign(sign: string): boolean {
    const token = this.peek();
    return token.kind === 'sign' && token.text === sign;
  }

  private expect(sign: string): void {
    const token = this.next();
    if (token.kind !== 'sign' || token.text !== sign) throw new FilterSyntax(token.at, sign);
  }

  private peek(): Token {
    return this.all[this.position]!;
  }

  private next(): Token {
    const token = this.all[this.position]!;
    if (token.kind !== 'end') this.position++;
    return token;
  }
}

function asGroup(node: Node): Group {
  return node.kind === 'group' && !node.negated ? node : { ...emptyGroup(), children: [node] };
}

/** Joins without nesting: `a AND (b AND c)` is one group of three. */
function joined(join: 'and' | 'or', children: Node[]): Node {
  if (children.length === 1) return children[0]!;
  return {
    kind: 'group',
    join,
    negated: false,
    children: children.flatMap((child) =>
      child.kind === 'group' && child.join === join && !child.negated ? child.children : [child],
    ),
  };
}

/** Reads a filter text. @throws {FilterSyntax} naming the position when it is none. */
export function read(source: string): Group {
  return new Reader(source).filter();
}

/** Reads what may have been typed into an address by hand; null when it is no filter. */
export function tryRead(source: string | null | undefined): Group | null {
  try {
    return read(source ?? '');
  } catch (error) {
    if (error instanceof FilterSyntax) return null;
    throw error;
  }
}

/** Both filters at once, as text. */
export function both(left: string | null | undefined, right: string | null | undefined): string {
  if (!left) return right ?? '';
  if (!right) return left;
  return `(${left}) AND (${right})`;
}
