export default {
  sourceLocale: 'en',
  locales: ['en', 'fr', 'de'],
  catalogs: [
    {
      path: '<rootDir>/src/locales/{locale}',
      include: ['<rootDir>/src', '<rootDir>/../../libs/ui/src'],
      exclude: ['**/generated/**'],
    },
  ],
  format: 'po',
  formatOptions: { origins: false, lineNumbers: false },
};
