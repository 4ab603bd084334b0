import { describe, expect, it } from 'vitest';
import { addressOf, type Call, curlOf, headersOf, matching, type OpenApi, operationsOf } from './document';

const document: OpenApi = {
  components: { schemas: {} },
  paths: {
    '/customers': {
      get: { operationId: 'list', summary: '列表', tags: ['customers'], parameters: [{ name: 'filter', in: 'query' }] },
    },
    '/customers/{id}': {
      patch: {
        operationId: 'change',
        summary: '修改',
        tags: ['customers'],
        parameters: [{ name: 'id', in: 'path', required: true }],
        requestBody: { content: { 'application/merge-patch+json': { example: { city: '长沙市' } } } },
      },
    },
  },
};

const call = (at: number, more: Partial<Call> = {}): Call => ({
  operation: operationsOf(document)[at]!,
  values: {},
  body: '',
  file: null,
  token: '',
  headers: { ifMatch: '', idempotencyKey: '' },
  ...more,
});

describe('trying the API', () => {
  it('fills in the address and leaves out what is empty', () => {
    expect(addressOf(call(0))).toBe('/api/v1/customers');
    expect(addressOf(call(0, { values: { filter: 'city = "长沙"' } }))).toBe(
      `/api/v1/customers?${new URLSearchParams({ filter: 'city = "长沙"' })}`,
    );
    expect(addressOf(call(1, { values: { id: 'a/b' } }))).toBe('/api/v1/customers/a%2Fb');
  });

  it('sends a token alone, and our own header only with the session', () => {
    expect(headersOf(call(1, { body: '{}' }))).toEqual({
      'X-Guanxi': '1',
      'Content-Type': 'application/merge-patch+json',
    });
    expect(headersOf(call(1, { token: 't' }))).toEqual({ Authorization: 'Bearer t' });
    expect(headersOf(call(1, { token: 't', headers: { ifMatch: '7', idempotencyKey: 'k' } }))).toMatchObject({
      'If-Match': '"7"',
      'Idempotency-Key': 'k',
    });
  });

  it('writes a line for the terminal that survives quotes', () => {
    expect(curlOf(call(1, { values: { id: '1' }, body: `{"name":"O'Neil"}` }), 'http://h')).toBe(
      `curl -X PATCH 'http://h/api/v1/customers/1' \\\n  -H 'Content-Type: application/merge-patch+json' \\\n  -H "Authorization: Bearer $GUANXI_TOKEN" \\\n  --data '{"name":"O'\\''Neil"}'`,
    );
  });

  it('finds a call by method, path or words', () => {
    const all = operationsOf(document);
    expect(matching(all, 'patch').map(({ id }) => id)).toEqual(['change']);
    expect(matching(all, '列').map(({ id }) => id)).toEqual(['list']);
    expect(matching(all, 'cust get').map(({ id }) => id)).toEqual(['list']);
  });
});
