export { useTitle } from '@helpdeskly/ui';
