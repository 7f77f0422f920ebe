export { Time } from '@helpdeskly/ui';
