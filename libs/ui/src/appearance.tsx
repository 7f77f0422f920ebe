import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { SelectField } from './field.js';
import { LanguageChoice } from './language-choice.js';
import { chooseTheme, readTheme, type Theme } from './theme.js';

export function Appearance() {
  const { t } = useLingui();
  const [theme, setTheme] = useState(readTheme);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <LanguageChoice hideLabel={false} />
      <SelectField
        label={t`Colours`}
        value={theme}
        onChange={({ target }) => {
          const next = target.value as Theme;
          chooseTheme(next);
          setTheme(next);
        }}
      >
        <option value="system">{t`As the system`}</option>
        <option value="light">{t`Light`}</option>
        <option value="dark">{t`Dark`}</option>
      </SelectField>
    </div>
  );
}
