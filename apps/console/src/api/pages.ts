export { pages, type OnePage } from '@helpdeskly/ui';
