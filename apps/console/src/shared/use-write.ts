export { useWrite } from '@helpdeskly/ui';
