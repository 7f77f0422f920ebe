export { useKeys, keysAreOn, turnKeys } from '@helpdeskly/ui';
