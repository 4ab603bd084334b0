import { DatePicker, TimePicker } from 'antd';
import dayjs from 'dayjs';
import customParseFormat from 'dayjs/plugin/customParseFormat';
import { useMe } from '../../../api/queries';
import { localMoment, toInstant } from '../../../activities/nextStep';
import { inputAttributes, type KindInputProps } from './input';

dayjs.extend(customParseFormat);

export function DateInput(props: KindInputProps) {
  const { value, onChange, commit, cancel } = props;
  return (
    <DatePicker
      {...inputAttributes(props as KindInputProps<never>)}
      className="field-input-wide"
      format={['YYYY-MM-DD', 'YYYYMMDD', 'YYYY/M/D', 'M-D']}
      value={typeof value === 'string' && value ? dayjs(value) : null}
      onChange={(day) => {
        onChange(day ? day.format('YYYY-MM-DD') : null);
        commit();
      }}
      onKeyDown={(event) => event.key === 'Escape' && cancel()}
      onBlur={commit}
    />
  );
}

/** Shows and takes the wall clock of the user's time zone, whatever the machine's own zone is. */
export function InstantInput(props: KindInputProps) {
  const { value, onChange, commit, cancel } = props;
  const zone = useMe().data?.timeZone ?? 'Asia/Shanghai';
  const local = typeof value === 'string' && value ? localMoment(new Date(value), zone) : null;
  return (
    <DatePicker
      {...inputAttributes(props as KindInputProps<never>)}
      className="field-input-wide"
      showTime={{ format: 'HH:mm', minuteStep: 5, defaultValue: dayjs('09:00', 'HH:mm') }}
      format={['YYYY-MM-DD HH:mm', 'YYYY-MM-DD']}
      value={local ? dayjs(`${local.date}T${local.time}`) : null}
      onChange={(moment) => {
        onChange(
          moment
            ? toInstant({ date: moment.format('YYYY-MM-DD'), time: moment.format('HH:mm') }, zone).toISOString()
            : null,
        );
        commit();
      }}
      onKeyDown={(event) => event.key === 'Escape' && cancel()}
    />
  );
}

export function TimeInput(props: KindInputProps) {
  const { value, onChange, commit, cancel } = props;
  return (
    <TimePicker
      {...inputAttributes(props as KindInputProps<never>)}
      className="field-input-wide"
      format="HH:mm"
      needConfirm={false}
      value={typeof value === 'string' && value ? dayjs(value.slice(0, 5), 'HH:mm') : null}
      onChange={(time) => {
        onChange(time ? time.format('HH:mm') : null);
        commit();
      }}
      onKeyDown={(event) => event.key === 'Escape' && cancel()}
    />
  );
}
