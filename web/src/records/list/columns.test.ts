import { describe, expect, it } from 'vitest';
import type { Field } from '../../api/types';
import { widthOf } from './columns';

const field = (kind: Field['kind'], label: string, choices: string[] = []) =>
  ({
    name: 'x',
    kind,
    labels: { 'zh-Hans': label },
    choices: choices.map((value) => ({ value, labels: { 'zh-Hans': value } })),
  }) as unknown as Field;

describe('the width of a column', () => {
  it('has room for its heading and for the longest of its choices', () => {
    expect(widthOf(field('yesNo', '启用'), false)).toBe(80);
    expect(widthOf(field('yesNo', '只在工作时间分配'), false)).toBeGreaterThan(8 * 13 + 24);
    expect(widthOf(field('choice', '分给谁', ['轮流', '已有客户的负责人']), false)).toBeGreaterThan(8 * 13 + 24);
  });

  it('does not grow without end', () => {
    expect(widthOf(field('choice', '分给谁', ['长'.repeat(80)]), false)).toBe(300);
  });
});
