export { Failed } from '@helpdeskly/ui';
