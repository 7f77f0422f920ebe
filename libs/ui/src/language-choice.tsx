import { useLingui } from '@lingui/react/macro';
import { SelectField } from './field.js';
import { chooseLanguage, type Language, languages } from './languages.js';

export function LanguageChoice({ hideLabel = true }: { hideLabel?: boolean }) {
  const { t, i18n } = useLingui();
  return (
    <SelectField
      label={t`Language`}
      hideLabel={hideLabel}
      value={i18n.locale}
      onChange={(event) => void chooseLanguage(event.target.value as Language)}
    >
      {Object.entries(languages).map(([language, name]) => (
        <option key={language} value={language} lang={language}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}
