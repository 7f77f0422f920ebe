import {
  CheckField,
  Editor,
  Failed,
  Field,
  notify,
  Page,
  Section,
  SelectField,
  textOf,
  useTitle,
  Waiting,
} from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';
import { MailReaderFields } from '../shared/mail-reader.js';
import { Usage } from './usage.js';

/** Written as the language's code, so that the browser can name it; PostgreSQL's own names go to the API. */
const searchLanguages: Readonly<Record<Schemas['SearchLanguage'], string | null>> = {
  simple: null,
  arabic: 'ar',
  armenian: 'hy',
  basque: 'eu',
  catalan: 'ca',
  danish: 'da',
  dutch: 'nl',
  english: 'en',
  estonian: 'et',
  finnish: 'fi',
  french: 'fr',
  german: 'de',
  greek: 'el',
  hindi: 'hi',
  hungarian: 'hu',
  indonesian: 'id',
  irish: 'ga',
  italian: 'it',
  lithuanian: 'lt',
  nepali: 'ne',
  norwegian: 'no',
  portuguese: 'pt',
  romanian: 'ro',
  russian: 'ru',
  serbian: 'sr',
  spanish: 'es',
  swedish: 'sv',
  tamil: 'ta',
  turkish: 'tr',
  yiddish: 'yi',
};

export function SettingsPage() {
  const { t } = useLingui();
  useTitle(t`Settings`);
  const isAdmin = useMe().role === 'ADMIN';
  const settings = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/settings', { signal })),
  });
  return (
    <Page title={t`Settings`}>
      {settings.isPending ? <Waiting label={t`Loading…`} /> : null}
      {settings.isError && settings.data === undefined ? (
        <Failed error={settings.error} onRetry={() => void settings.refetch()} />
      ) : null}
      {settings.data === undefined ? null : (
        <Section title={<Trans>How the helpdesk works</Trans>}>
          <SettingsForm key={settings.data.version} settings={settings.data} />
        </Section>
      )}
      {isAdmin ? (
        <Section title={<Trans>Usage</Trans>}>
          <Usage />
        </Section>
      ) : null}
    </Page>
  );
}

function SettingsForm({ settings }: { settings: Schemas['SettingsDto'] }) {
  const { t, i18n } = useLingui();
  const isAdmin = useMe().role === 'ADMIN';
  const names = new Intl.DisplayNames(i18n.locale, { type: 'language' });
  const languages = (Object.entries(searchLanguages) as [Schemas['SearchLanguage'], string | null][])
    .map(([value, code]) => [value, code === null ? t`None: words as they are` : (names.of(code) ?? value)] as const)
    .sort(([, one], [, other]) => one.localeCompare(other, i18n.locale));
  return (
    <Editor
      disabled={!isAdmin}
      read={(form) => ({
        searchLanguage: textOf(form, 'searchLanguage') as Schemas['SearchLanguage'],
        mfaRequired: textOf(form, 'mfaRequired') === 'on' ? ('STAFF' as const) : ('NONE' as const),
        mailSignUp: textOf(form, 'mailSignUp') === 'on',
        rawMailDays: Number(textOf(form, 'rawMailDays')),
        outgoingMail: textOf(form, 'outgoingMail') === 'on',
        closedMail: textOf(form, 'closedMail') === 'on',
        locale: textOf(form, 'locale'),
        timeZone: textOf(form, 'timeZone').trim(),
      })}
      save={(body) =>
        unwrap(api.PATCH('/api/v1/settings', { params: { header: { 'If-Match': `"${settings.version}"` } }, body }))
      }
      onSaved={() => notify({ text: t`Saved` })}
      keys={[['settings']]}
    >
      {(failure) => (
        <>
          <SelectField
            label={t`Language of the search`}
            name="searchLanguage"
            defaultValue={settings.searchLanguage}
            hint={
              settings.searchIndex === 'REBUILDING'
                ? t`The search is being rebuilt; older tickets are still found by the former language.`
                : t`Searches treat the forms of a word in this language as the same word.`
            }
          >
            {languages.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </SelectField>
          <CheckField
            label={t`Agents and admins need a second factor`}
            name="mfaRequired"
            defaultChecked={settings.mfaRequired === 'STAFF'}
            hint={t`Whoever has none can only set one up.`}
          />
          <CheckField
            label={t`Unknown senders of mails become customers`}
            name="mailSignUp"
            defaultChecked={settings.mailSignUp}
            hint={t`Otherwise their mail is refused.`}
          />
          <CheckField
            label={t`Mails leave`}
            name="outgoingMail"
            defaultChecked={settings.outgoingMail}
            hint={t`In a helpdesk that was copied they do not, until an admin says so.`}
          />
          <CheckField
            label={t`Customers hear by mail that their ticket was closed`}
            name="closedMail"
            defaultChecked={settings.closedMail}
          />
          <MailReaderFields
            locale={settings.locale}
            timeZone={settings.timeZone}
            timeZoneError={failure?.of('timeZone')}
          />
          <Field
            label={t`Days for which mails are kept as they came`}
            name="rawMailDays"
            type="number"
            min={0}
            required
            className="max-w-32"
            defaultValue={settings.rawMailDays}
            error={failure?.of('rawMailDays')}
          />
        </>
      )}
    </Editor>
  );
}
