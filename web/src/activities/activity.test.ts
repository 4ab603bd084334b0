import { describe, expect, it } from 'vitest';
import { isOverdue, splitText } from './activity';

const planned = { id: 'a', version: 1, kind: 'task', status: 'planned', dueAt: '2026-11-22T01:00:00.000Z' };

describe('an activity', () => {
  it('is overdue only while it is open and its time has passed', () => {
    expect(isOverdue(planned, new Date('2026-11-22T02:00:00Z'))).toBe(true);
    expect(isOverdue(planned, new Date('2026-11-22T00:30:00Z'))).toBe(false);
    expect(isOverdue({ ...planned, status: 'done' }, new Date('2026-11-22T02:00:00Z'))).toBe(false);
  });

  it('takes its subject from the first words and loses none', () => {
    expect(splitText(' 谈了报价，周三再联系 ')).toEqual({ subject: '谈了报价，周三再联系', content: null });
    expect(splitText('谈了报价\n对方嫌贵')).toEqual({ subject: '谈了报价', content: '谈了报价\n对方嫌贵' });
    const long = `客户看了样机，很满意。${'但是'.repeat(40)}`;
    expect(splitText(long)).toEqual({ subject: '客户看了样机，很满意。', content: long });
    expect(splitText('长'.repeat(80)).subject).toHaveLength(60);
  });
});
