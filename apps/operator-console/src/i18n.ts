import { speak } from '@helpdeskly/ui';

export const loadLanguage = (): Promise<void> =>
  speak({
    en: () => import('./locales/en.po'),
    fr: () => import('./locales/fr.po'),
    de: () => import('./locales/de.po'),
  });
