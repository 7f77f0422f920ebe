import { Field, SelectField } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { useId } from 'react';

/** The languages that mails are written in. */
export const mailLanguages = ['en', 'de', 'fr', 'es'] as const;

interface Props {
  readonly locale: string | null;
  readonly timeZone: string | null;
  /** What stands for no choice; without it there has to be one. */
  readonly none?: string;
  readonly timeZoneError: string | undefined;
}

/** The language and the time zone of mails: fields `locale` and `timeZone`, empty for no choice. */
export function MailReaderFields({ locale, timeZone, none, timeZoneError }: Props) {
  const { t, i18n } = useLingui();
  const zones = useId();
  const names = new Intl.DisplayNames(i18n.locale, { type: 'language' });
  const known: readonly string[] = mailLanguages;
  const languages = locale === null || known.includes(locale) ? known : [...known, locale];
  return (
    <>
      <SelectField label={t`Language of mails`} name="locale" defaultValue={locale ?? ''}>
        {none === undefined ? null : <option value="">{none}</option>}
        {languages.map((each) => (
          <option key={each} value={each}>
            {names.of(each) ?? each}
          </option>
        ))}
      </SelectField>
      <Field
        label={t`Time zone in mails`}
        name="timeZone"
        list={zones}
        required={none === undefined}
        maxLength={64}
        placeholder={none}
        defaultValue={timeZone ?? ''}
        error={timeZoneError}
      />
      <datalist id={zones}>
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
