export { SkipLink } from '@helpdeskly/ui';
