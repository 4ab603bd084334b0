import { describe, expect, it } from 'vitest';
import { isOverdue, subjectOf } from './activity';

const planned = { id: 'a', version: 1, kind: 'task', status: 'planned', dueAt: '2026-11-22T01:00:00.000Z' };

describe('an activity', () => {
  it('is overdue only while it is open and its time has passed', () => {
    expect(isOverdue(planned, new Date('2026-11-22T02:00:00Z'))).toBe(true);
    expect(isOverdue(planned, new Date('2026-11-22T00:30:00Z'))).toBe(false);
    expect(isOverdue({ ...planned, status: 'done' }, new Date('2026-11-22T02:00:00Z'))).toBe(false);
  });

  it('takes its subject from the first words', () => {
    expect(subjectOf(' 谈了报价，周三再联系 ')).toBe('谈了报价，周三再联系');
    expect(subjectOf('谈了报价\n对方嫌贵')).toBe('谈了报价');
    expect(subjectOf(`客户看了样机，很满意。${'但是'.repeat(40)}`)).toBe('客户看了样机，很满意。');
    expect(subjectOf('长'.repeat(80))).toHaveLength(60);
  });
});
