import { post } from '../api/client';
import type { AnyRecord } from '../api/types';

/** The planned next step that may be made together with writing down or completing something. */
export interface NextStep {
  at: string;
  subject?: string;
}

export const completeActivity = (id: string, body: { result?: string; next?: NextStep }) =>
  post<AnyRecord>(`/activities/${id}:complete`, body);

export const reopenActivity = (id: string) => post<AnyRecord>(`/activities/${id}:reopen`);

export const snoozeActivity = (id: string, until: string) => post<AnyRecord>(`/activities/${id}:snooze`, { until });
