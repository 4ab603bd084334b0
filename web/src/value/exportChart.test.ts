import { describe, expect, it } from 'vitest';
import { csvOf, fileName, standalone } from './exportChart';

const chart = () => {
  document.body.innerHTML =
    '<svg viewBox="0 0 320 170"><path class="value-line" d="M0 0"/><text class="value-tick">100 %</text></svg>';
  return document.querySelector('svg')!;
};

describe('a chart that is taken along', () => {
  it('says what it is, what its axes are and which line is which', () => {
    const saved = standalone(chart(), {
      title: 'Actual & model',
      axes: ['Weeks', 'Orders'],
      keys: ['Actual', 'Model'],
    });
    const words = [...new DOMParser().parseFromString(saved, 'image/svg+xml').querySelectorAll('text')].map(
      ({ textContent }) => textContent,
    );
    expect(words).toEqual(['100 %', 'Actual & model', 'Orders', 'Weeks', 'Actual', 'Model']);
    expect(saved).not.toContain('class=');
  });

  it('has the colours of paper while the page is dark, and leaves the page as it was', () => {
    document.documentElement.dataset.theme = 'dark';
    standalone(chart(), { title: '' });
    expect(document.documentElement.dataset.theme).toBe('dark');
    delete document.documentElement.dataset.theme;
    standalone(chart(), { title: '' });
    expect(document.documentElement.dataset.theme).toBeUndefined();
  });

  it('has a name that every system takes', () => {
    expect(fileName('Cumulative repeat orders: actual / model.csv')).toBe('Cumulative repeat orders actual model.csv');
    expect(fileName('累计复购：实际与模型.csv')).toBe('累计复购 实际与模型.csv');
  });

  it('is a table in which nothing is a formula by mistake', () => {
    expect(csvOf([['=1+1', 'a,b', -2]])).toBe('\uFEFF\'=1+1,"a,b",-2\r\n');
  });
});
