export { pages } from '@helpdeskly/ui';
