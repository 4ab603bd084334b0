import { describe, expect, it } from 'vitest';
import { keptMentions, spokenMentions } from './mentions';

const lin = '01935162-0000-7000-8000-000000000001';
const li = '01935162-0000-7000-8000-000000000002';

describe('a mention', () => {
  it('is read as the name alone', () => {
    expect(spokenMentions(`报价已发 @[林国栋](user:${lin}) 请帮忙看一下。`)).toBe('报价已发 @林国栋 请帮忙看一下。');
    expect(spokenMentions('a@b.cn，@没有选中的人')).toBe('a@b.cn，@没有选中的人');
  });

  it('is kept with the person who was chosen, the longer name first', () => {
    const chosen = new Map([
      ['李强', li],
      ['李强强', lin],
    ]);
    expect(keptMentions('@李强强 和 @李强 看一下', chosen)).toBe(`@[李强强](user:${lin}) 和 @[李强](user:${li}) 看一下`);
    expect(keptMentions('没有提到谁', chosen)).toBe('没有提到谁');
  });
});
