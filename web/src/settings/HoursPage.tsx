import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post, put } from '../api/client';
import { sentence } from '../api/problem';
import { keys } from '../api/queries';
import { Button, Chip, IconButton, Labelled, Segmented, TextInput } from '../look/parts';
import { openForm } from '../shell/forms';
import { RecordTable } from './RecordTable';
import { SettingsFrame } from './SettingsFrame';
import { useSettings } from './useSettings';

interface Answer {
  hours: string;
  days: number[];
  respondWithin: number;
  years: { year: number; known: 'announced' | 'law'; entered: number; worked: number }[];
}
type Draft = { stretches: [string, string][]; days: number[]; respondWithin: string };
interface Entered {
  source: 'notice' | 'announced' | 'law';
  items: { day: string; name: string; works: boolean; change: 'new' | 'changed' | 'same' }[];
}

/** The working week that every clock counts by, and the days of a year that are otherwise. */
export function HoursPage() {
  const { t } = useTranslation('settings');
  const { query, draft, errors, busy, isChanged, change, forget, submit } = useSettings<Answer, Draft>(
    '/working-hours',
    (answer) => ({ stretches: answer.hours.split(',').map((part) => part.split('-') as [string, string]), days: answer.days, respondWithin: String(answer.respondWithin) }),
    (rules) => put('/working-hours', { hours: rules.stretches.map((stretch) => stretch.join('-')).join(','), days: rules.days, respondWithin: Number(rules.respondWithin) }),
    t('saved'),
  );
  const [year, setYear] = useState(String(new Date().getFullYear()));
  const known = query.data?.years.find((item) => String(item.year) === year);
  return (
    <SettingsFrame name="hours" query={query} isChanged={isChanged} busy={busy} onSave={() => void submit()} onForget={forget}>
      {draft && (
        <section className="panel admin-form">
          <div className="settings-line" role="group" aria-label={t('hours.days')}>
            {[1, 2, 3, 4, 5, 6, 7].map((day) => (
              <button key={day} type="button" className="settings-day" aria-pressed={draft.days.includes(day)} onClick={() => change({ days: draft.days.includes(day) ? draft.days.filter((item) => item !== day) : [...draft.days, day].toSorted() })}>
                {t(`hours.week.${day}`)}
              </button>
            ))}
          </div>
          {draft.stretches.map((stretch, at) => (
            <div key={at} className="settings-line">
              {([0, 1] as const).map((end) => (
                <TextInput
                  key={end}
                  className="settings-time"
                  inputMode="numeric"
                  maxLength={5}
                  placeholder="09:00"
                  aria-label={t(end === 0 ? 'hours.from' : 'hours.to')}
                  value={stretch[end]}
                  onChange={(event) => change({ stretches: draft.stretches.map((item, index) => (index === at ? ((end === 0 ? [event.target.value, item[1]] : [item[0], event.target.value]) as [string, string]) : item)) })}
                />
              ))}
              {draft.stretches.length > 1 && <IconButton icon="close" size="small" label={t('remove')} onClick={() => change({ stretches: draft.stretches.filter((_, index) => index !== at) })} />}
            </div>
          ))}
          {(errors.hours ?? errors.days) && <p className="labelled-error">{[...(errors.hours ?? []), ...(errors.days ?? [])].join(' ')}</p>}
          <div>
            <Button kind="ghost" icon="plus" onClick={() => change({ stretches: [...draft.stretches, ['19:00', '20:00']] })}>
              {t('hours.addStretch')}
            </Button>
          </div>
          <Labelled label={t('hours.respond')} htmlFor="respond" help={t('hours.respondHelp')} error={errors.respondWithin?.join(' ')}>
            <TextInput id="respond" className="settings-short" type="number" min={1} max={10000} value={draft.respondWithin} onChange={(event) => change({ respondWithin: event.target.value })} />
          </Labelled>
        </section>
      )}
      {query.data && (
        <section className="panel admin-form">
          <div className="settings-line">
            <h2 className="settings-grow">{t('hours.holidays')}</h2>
            <Segmented label={t('hours.year')} value={year} options={query.data.years.map((item) => ({ value: String(item.year), label: String(item.year) }))} onChange={setYear} />
            <Button icon="plus" onClick={() => openForm({ type: 'working-days' })}>
              {t('hours.addDay')}
            </Button>
          </div>
          {known && <p className={known.known === 'law' ? 'settings-warn' : 'meta'}>{t(`hours.known.${known.known}`, { year, entered: known.entered, worked: known.worked })}</p>}
          <EnterYear key={year} year={Number(year)} law={known?.known === 'law'} />
          <RecordTable type="working-days" columns={['day', 'name', 'works']} filter={`day >= ${year}-01-01 AND day <= ${year}-12-31`} sort="day" empty={t('hours.noDays', { year })} />
        </section>
      )}
    </SettingsFrame>
  );
}

/** A year's days at once: of the notice one pastes, or of what the program knows; first one sees what would change. */
function EnterYear({ year, law }: { year: number; law: boolean }) {
  const { t } = useTranslation('settings');
  const client = useQueryClient();
  const [text, setText] = useState('');
  const enter = useMutation({
    mutationFn: (asked: { try: boolean; text?: string }) => post<Entered>('/working-days:enter', { year, ...asked }),
    onSuccess: (_, asked) => {
      if (asked.try) return;
      void client.invalidateQueries({ queryKey: keys.lists('working-days') });
      void client.invalidateQueries({ queryKey: ['settings', '/working-hours'] });
    },
  });
  const asked = enter.variables;
  const changed = enter.data?.items.filter((item) => item.change !== 'same') ?? [];
  return (
    <div className="admin-form">
      <Labelled label={t('hours.paste')} htmlFor="notice" help={t('hours.pasteHelp')}>
        <textarea id="notice" className="text-input admin-lines" rows={3} value={text} placeholder={t('hours.pasteExample', { year })} onChange={(event) => setText(event.target.value)} />
      </Labelled>
      <div className="settings-line">
        <Button disabled={!text.trim()} busy={enter.isPending} onClick={() => enter.mutate({ try: true, text })}>
          {t('hours.read')}
        </Button>
        <Button busy={enter.isPending} onClick={() => enter.mutate({ try: true })}>
          {t(law ? 'hours.byLaw' : 'hours.asAnnounced', { year })}
        </Button>
      </div>
      {enter.isError && <p className="labelled-error">{sentence(enter.error)}</p>}
      {enter.data && (
        <div className="settings-days" role="status">
          <p>{t(asked?.try ? (changed.length > 0 ? 'hours.wouldChange' : 'hours.nothing') : 'hours.entered', { count: changed.length })}</p>
          <ul>
            {enter.data.items.map((item) => (
              <li key={item.day}>
                {item.day} {item.name} <Chip color={item.works ? 'amber' : 'green'}>{t(item.works ? 'hours.works' : 'hours.off')}</Chip>
                {item.change !== 'same' && asked?.try && <span className="meta"> {t(`hours.changes.${item.change}`)}</span>}
              </li>
            ))}
          </ul>
          {asked?.try && changed.length > 0 && (
            <Button kind="primary" onClick={() => enter.mutate({ try: false, text: asked.text })}>
              {t('hours.enter', { count: changed.length })}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
