import { describe, expect, it } from 'vitest';
import { phoneLink, phoneText } from './phone';

describe('a phone number', () => {
  it.each([
    ['+8613800138000', '138 0013 8000'],
    ['+861085234567', '010-85234567'],
    ['+8673184123456', '0731-84123456'],
    ['+864008001234', '400-800-1234'],
    ['+85221234567', '+852 2123 4567'],
    ['+886912345678', '+886 91234 5678'],
    ['+861085234567;ext=801', '010-85234567 转 801'],
    ['+14155550123', '+14155550123'],
  ])('%s reads %s', (value, text) => expect(phoneText(value)).toBe(text));

  it('keeps a masked number masked and gives it no link', () => {
    expect(phoneText('186 **** 1402')).toBe('186 **** 1402');
    expect(phoneLink('186 **** 1402')).toBeNull();
  });

  it('links what can be dialled', () => {
    expect(phoneLink('+8613800138000')).toBe('tel:+8613800138000');
    expect(phoneLink('+861085234567;ext=801')).toBe('tel:+861085234567,801');
  });
});
