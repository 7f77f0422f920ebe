export { useFocusAfterMove } from '@helpdeskly/ui';
