const mention = /@\[([^\]\n]{1,60})\]\(user:[0-9a-fA-F-]{36}\)/g;

/** A text as people read it: a colleague who is mentioned by the name alone. */
export function spokenMentions(text: string): string {
  return text.replace(mention, '@$1');
}

/** The same as it is kept, so that the colleagues who were chosen by name are told. */
export function keptMentions(text: string, chosen: ReadonlyMap<string, string>): string {
  return [...chosen]
    .toSorted(([a], [b]) => b.length - a.length)
    .reduce((kept, [name, id]) => kept.replaceAll(`@${name}`, `@[${name}](user:${id})`), text);
}
