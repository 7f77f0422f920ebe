export { textOf } from '@helpdeskly/ui';
