export { Listing } from '@helpdeskly/ui';
