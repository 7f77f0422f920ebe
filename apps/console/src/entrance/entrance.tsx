import '../styles.css';
import { applyTheme } from '@helpdeskly/ui';
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { loadLanguage } from '../i18n.js';
import { EntrancePage } from './entrance-page.js';

applyTheme();
const place = document.getElementById('root');
const origin = document.querySelector<HTMLMetaElement>('meta[name=helpdeskly-origin]')?.content;
if (place === null || origin === undefined) throw new Error('The page is not whole.');
const root = createRoot(place);
void loadLanguage().then(() =>
  root.render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <EntrancePage origin={origin} />
      </I18nProvider>
    </StrictMode>,
  ),
);
