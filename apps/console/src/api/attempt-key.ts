export { AttemptKey } from '@helpdeskly/ui';
