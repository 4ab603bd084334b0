import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Unreachable, sentence } from '../api/problem';
import { formatDecimal } from '../look/format';
import { hasCommandKey } from '../look/keys';
import { Button, Labelled, Segmented, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { addressOf, type Call, curlOf, type Operation, type Reply, send } from './document';
import { Method } from './ExplorerPage';

/** One call: what it takes, a button that sends it for real, and the answer as it came. */
export function Trial({ operation, onBack }: { operation: Operation; onBack: () => void }) {
  const { t } = useTranslation('explorer');
  const [values, setValues] = useState<Record<string, string>>(
    operation.queryParameters.includes('limit') ? { limit: '5' } : {},
  );
  const [body, setBody] = useState(operation.body?.example ?? '');
  const [file, setFile] = useState<File | null>(null);
  const [who, setWho] = useState<'session' | 'token'>('session');
  const [token, setToken] = useState('');
  const [headers, setHeaders] = useState({ ifMatch: '', idempotencyKey: '' });
  const [reply, setReply] = useState<Reply | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const call: Call = { operation, values, body, file, token: who === 'token' ? token.trim() : '', headers };
  const missing = operation.pathParameters.filter((name) => !values[name]);
  const isUpload = operation.body?.mediaType === 'multipart/form-data';
  const wrongJson = !isUpload && body.trim() !== '' && !isJson(body);

  const run = async () => {
    if (busy || missing.length > 0) return;
    setBusy(true);
    setFailure(null);
    running.current = new AbortController();
    try {
      setReply(await send(call, running.current.signal));
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      setReply(null);
      setFailure(sentence(new Unreachable()));
    } finally {
      setBusy(false);
    }
  };
  const copy = (text: string) =>
    void navigator.clipboard.writeText(text).then(
      () => toast({ text: t('copied') }),
      () => toast({ kind: 'error', text: t('notCopied') }),
    );

  return (
    <form
      className="explorer-trial"
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && hasCommandKey(event.nativeEvent)) {
          event.preventDefault();
          void run();
        }
      }}
    >
      <Button kind="ghost" icon="left" className="explorer-back" onClick={onBack}>
        {t('back')}
      </Button>
      <h2>{operation.summary}</h2>
      <p className="explorer-address">
        <Method method={operation.method} /> <code>{addressOf(call)}</code>
      </p>

      {[...operation.pathParameters, ...operation.queryParameters].length > 0 && (
        <div className="explorer-fields">
          {[...operation.pathParameters, ...operation.queryParameters].map((name) => (
            <Labelled
              key={name}
              label={operation.pathParameters.includes(name) ? `${name} *` : name}
              htmlFor={`explorer-${name}`}
            >
              <TextInput
                id={`explorer-${name}`}
                required={operation.pathParameters.includes(name)}
                value={values[name] ?? ''}
                onChange={(event) => setValues({ ...values, [name]: event.target.value })}
              />
            </Labelled>
          ))}
        </div>
      )}

      {isUpload && (
        <Labelled label={t('file')} htmlFor="explorer-file">
          <input id="explorer-file" type="file" onChange={(event) => setFile(event.target.files?.[0] ?? null)} />
        </Labelled>
      )}
      {operation.body && (
        <Labelled
          label={isUpload ? t('options') : t('body')}
          htmlFor="explorer-body"
          help={isUpload ? undefined : operation.body.mediaType}
          error={wrongJson ? t('notJson') : null}
        >
          <textarea
            id="explorer-body"
            className="text-input explorer-body"
            spellCheck={false}
            rows={Math.min(16, Math.max(4, body.split('\n').length + 1))}
            value={body}
            onChange={(event) => setBody(event.target.value)}
          />
        </Labelled>
      )}

      <details>
        <summary>{t('more')}</summary>
        <div className="explorer-fields">
          <Labelled label="If-Match" htmlFor="explorer-if-match">
            <TextInput
              id="explorer-if-match"
              value={headers.ifMatch}
              onChange={(event) => setHeaders({ ...headers, ifMatch: event.target.value })}
            />
          </Labelled>
          <Labelled label="Idempotency-Key" htmlFor="explorer-key">
            <TextInput
              id="explorer-key"
              value={headers.idempotencyKey}
              onChange={(event) => setHeaders({ ...headers, idempotencyKey: event.target.value })}
            />
          </Labelled>
        </div>
      </details>
      <div className="explorer-who">
        <Segmented<'session' | 'token'>
          label={t('who')}
          value={who}
          options={[
            { value: 'session', label: t('session') },
            { value: 'token', label: t('token') },
          ]}
          onChange={setWho}
        />
        {who === 'token' && (
          <TextInput
            type="password"
            aria-label={t('token')}
            placeholder={t('tokenHere')}
            autoComplete="off"
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        )}
      </div>
      <p className="meta">{t('real')}</p>
      <div className="explorer-actions">
        <Button kind="primary" type="submit" busy={busy} disabled={missing.length > 0}>
          {t('send')}
        </Button>
        <Button icon="link" onClick={() => copy(curlOf(call, location.origin))}>
          {t('curl')}
        </Button>
        {missing.length > 0 && <span className="meta">{t('missing', { names: missing.join(', ') })}</span>}
      </div>
      {failure && (
        <p className="labelled-error" role="alert">
          {failure}
        </p>
      )}
      {reply && <Answer reply={reply} onCopy={copy} />}
    </form>
  );
}

function Answer({ reply, onCopy }: { reply: Reply; onCopy: (text: string) => void }) {
  const { t } = useTranslation('explorer');
  return (
    <section className="explorer-answer" aria-label={t('answer')} aria-live="polite">
      <p>
        <strong className={reply.status < 400 ? 'explorer-good' : 'explorer-bad'}>
          {reply.status} {reply.statusText}
        </strong>{' '}
        <span className="meta">
          {t('took', {
            milliseconds: formatDecimal(Math.round(reply.milliseconds)),
            bytes: formatDecimal(reply.bytes),
          })}
        </span>
      </p>
      <details>
        <summary>{t('headers', { count: reply.headers.length })}</summary>
        <dl className="explorer-headers">
          {reply.headers.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
      {reply.isFile && <p className="meta">{t('isFile')}</p>}
      {reply.text && (
        <>
          <textarea
            readOnly
            className="text-input explorer-body"
            aria-label={t('answer')}
            spellCheck={false}
            rows={Math.min(24, reply.text.split('\n').length + 1)}
            value={reply.text}
          />
          <Button icon="record" onClick={() => onCopy(reply.text)}>
            {t('copyAnswer')}
          </Button>
        </>
      )}
    </section>
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
