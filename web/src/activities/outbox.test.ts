import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deliver, enqueue, flush, pendingFor } from './outbox';

const entry = (key: string) => ({
  key,
  user: 'lin',
  path: '/activities',
  body: { subject: key },
  type: 'customers',
  recordId: 'c1',
  at: '2026-11-22T01:00:00.000Z',
});

function answer(status: number, body: object = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json' } });
}

describe('a follow-up on its way', () => {
  beforeEach(() => {
    localStorage.clear();
    for (const { key } of pendingFor('lin')) enqueue(entry(key));
  });
  afterEach(() => vi.unstubAllGlobals());

  it('is kept when the connection is gone and sent later under the same key', async () => {
    const keysSent: string[] = [];
    const fetching = vi.fn((_: unknown, init: RequestInit) => {
      keysSent.push((init.headers as Record<string, string>)['Idempotency-Key']!);
      return keysSent.length === 1
        ? Promise.reject(new TypeError('offline'))
        : Promise.resolve(answer(201, { id: 'a1' }));
    });
    vi.stubGlobal('fetch', fetching);
    enqueue(entry('one'));
    expect(await deliver('one')).toEqual({ state: 'waiting' });
    expect(JSON.parse(localStorage.getItem('guanxi.outbox')!)).toHaveLength(1);
    expect((await flush('lin')).map(({ key }) => key)).toEqual(['one']);
    expect(keysSent).toEqual(['one', 'one']);
    expect(pendingFor('lin')).toEqual([]);
  });

  it('stays with the reason when the server refuses it', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(answer(422, { detail: '下次时间要晚于现在' })));
    enqueue(entry('two'));
    const delivery = await deliver('two');
    expect(delivery.state).toBe('refused');
    expect(pendingFor('lin')[0]?.refusal).toBe('下次时间要晚于现在');
    expect(await flush('lin')).toEqual([]);
    expect(pendingFor('lin')).toHaveLength(1);
  });

  it('waits out a busy server', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(answer(503)));
    enqueue(entry('three'));
    expect((await deliver('three')).state).toBe('waiting');
    expect(pendingFor('lin').at(-1)?.refusal).toBeUndefined();
  });

  it("is never sent as somebody else's", async () => {
    const fetching = vi.fn();
    vi.stubGlobal('fetch', fetching);
    enqueue(entry('four'));
    await flush('wang');
    expect(fetching).not.toHaveBeenCalled();
  });
});
