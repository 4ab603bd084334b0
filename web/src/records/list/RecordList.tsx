import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Problem, sentence } from '../../api/problem';
import { useRecordType, useViews } from '../../api/queries';
import type { RecordType, SavedView } from '../../api/types';
import { labelOf } from '../../language';
import { Button, Empty, Failure, Skeleton } from '../../look/parts';
import { openForm, preloadForm } from '../../shell/forms';
import { PageBar } from '../../shell/PageBar';
import { ListBody } from './ListBody';
import './list.css';

const noViews: SavedView[] = [];

/** The list of any noun, drawn from its description. */
export default function RecordList({ type }: { type: string }) {
  const { t } = useTranslation();
  const { data: description, error, refetch } = useRecordType(type);
  const views = useViews(type);
  // Views that cannot be read (an old server, a missing right) leave the built-in ones.
  const known = views.data ?? (views.isError ? noViews : undefined);
  useEffect(() => {
    const timer = setTimeout(preloadForm, 2500);
    return () => clearTimeout(timer);
  }, []);
  if (error instanceof Problem && error.status === 404)
    return (
      <>
        <PageBar title={t('list.unknownType')} />
        <Empty icon="search" title={t('list.unknownType')}>
          {t('list.unknownTypeHelp')}
        </Empty>
      </>
    );
  if (error) return <Failure message={sentence(error)} onRetry={() => void refetch()} />;
  if (!description || !known)
    return (
      <>
        <PageBar title={description ? labelOf(description.labels, type) : ''} />
        <Skeleton lines={12} />
      </>
    );
  return <ListPage description={description} views={known} />;
}

function ListPage({ description, views }: { description: RecordType; views: readonly SavedView[] }) {
  const { t } = useTranslation();
  const noun = labelOf(description.singularLabels, description.singular);
  const navigate = useNavigate();
  const { type, rights } = description;
  const create = useMemo(
    () =>
      rights.create ? () => openForm({ type, onSaved: ({ id }) => void navigate(`/${type}/${id}`) }) : null,
    [type, rights, navigate],
  );
  return (
    <ListBody
      description={description}
      views={views}
      onCreate={create}
      primary={
        create && (
          <Button
            kind="primary"
            icon="plus"
            className="list-create"
            onClick={create}
            title={`${t('list.create', { noun })}  C`}
          >
            <span>{t('list.create', { noun })}</span>
          </Button>
        )
      }
    />
  );
}
