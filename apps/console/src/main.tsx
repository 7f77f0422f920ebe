import './styles.css';
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { applyTheme, queries } from '@helpdeskly/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { askAhead } from './ask-ahead.js';
import { loadLanguage } from './i18n.js';
import { firstRenewal } from './session/ahead.js';
import { resume } from './session/session.js';

applyTheme();
const place = document.getElementById('root');
if (place === null) throw new Error('The page has no root.');

async function begin(root: HTMLElement): Promise<void> {
  const taken = window.isSecureContext ? resume(firstRenewal()).then(askAhead) : undefined;
  await loadLanguage();
  await taken;
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queries}>
          <App />
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
}

void begin(place); // Not awaited: chunks that import from this one would wait as well.
