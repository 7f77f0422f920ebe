export { Confirm } from '@helpdeskly/ui';
