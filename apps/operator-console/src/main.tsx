import './styles.css';
import { applyTheme, queries } from '@helpdeskly/ui';
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { loadLanguage } from './i18n.js';
import { resume } from './session/session.js';

applyTheme();
// No stream says here what is out of date: whoever opens a page sees it as it is.
queries.setDefaultOptions({ queries: { ...queries.getDefaultOptions().queries, staleTime: 0 } });
const place = document.getElementById('root');
if (place === null) throw new Error('The page has no root.');
const taken = window.isSecureContext ? resume() : undefined;
await loadLanguage();
await taken;
createRoot(place).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queries}>
        <App />
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
);
