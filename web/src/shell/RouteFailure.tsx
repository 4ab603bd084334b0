import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { Failure } from '../look/parts';

/** A page could not be drawn: most often a part of the program could not be fetched, because the line was down or a newer version is in place. */
export function RouteFailure() {
  const { t } = useTranslation();
  const error = useRouteError();
  const isMissingPart = error instanceof Error && /preload|dynamically imported|Importing a module/.test(error.message);
  useEffect(() => {
    if (!isMissingPart) return undefined;
    // Once the line is back the page comes by itself; drafts and what waits to be sent are kept in the browser.
    const again = () => location.reload();
    addEventListener('online', again);
    return () => removeEventListener('online', again);
  }, [isMissingPart]);
  return (
    <Failure message={t(isMissingPart ? 'offline.partMissing' : 'problem.broken')} onRetry={() => location.reload()} />
  );
}
