import type { Labels } from '../../api/types';

/** The few words a list cell needs; a dictionary area would make every list wait for it. */
export const yes: Labels = { 'zh-Hans': '是', 'zh-Hant': '是', en: 'Yes' };
export const no: Labels = { 'zh-Hans': '否', 'zh-Hant': '否', en: 'No' };
export const masked: Labels = { 'zh-Hans': '已隐藏', 'zh-Hant': '已隱藏', en: 'Masked' };
/** Something is there, but not for this person's eyes. */
export const notVisible: Labels = { 'zh-Hans': '（不可见）', 'zh-Hant': '（無法檢視）', en: '(not visible)' };
export const copy: Labels = { 'zh-Hans': '复制', 'zh-Hant': '複製', en: 'Copy' };
export const copied: Labels = { 'zh-Hans': '已复制', 'zh-Hant': '已複製', en: 'Copied' };
/** In the place of a value that the program gives a record itself. */
export const filledIn: Labels = { 'zh-Hans': '自动填写', 'zh-Hant': '自動填寫', en: 'Filled in by itself' };
export const outOf: Labels = { 'zh-Hans': '共 5 分', 'zh-Hant': '共 5 分', en: 'out of 5' };

/** Where words are looked for that no field is named for. */
export const anyText: Labels = { 'zh-Hans': '任意文字', 'zh-Hant': '任意文字', en: 'Any text' };
