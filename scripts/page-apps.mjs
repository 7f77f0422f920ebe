/** Each app with its pages, and the API that they call. */
export const pageApps = {
  console: { api: 'app-api', pages: ['index.html', 'entrance.html'] },
  'operator-console': { api: 'control-api', pages: ['index.html'] },
};
