import { describe, expect, it } from 'vitest';
import { addressesOf, totalsByReason } from './form';

describe('the page of a lead form', () => {
  it('says the address and the one line that embeds it', () => {
    expect(addressesOf('https://crm.example.com', 'lanfeng2026')).toEqual({
      page: 'https://crm.example.com/forms/lanfeng2026',
      script: '<script src="https://crm.example.com/forms/lanfeng2026.js" async></script>',
      json: 'https://crm.example.com/forms/lanfeng2026.json',
    });
  });

  it('adds up what was turned away by reason', () => {
    const items = [
      { day: '2026-11-23', reason: 'trap', count: 2 },
      { day: '2026-11-22', reason: 'fast', count: 4 },
      { day: '2026-11-22', reason: 'trap', count: 1 },
    ];
    expect(totalsByReason(items)).toEqual([
      { reason: 'fast', count: 4 },
      { reason: 'trap', count: 3 },
    ]);
  });
});
