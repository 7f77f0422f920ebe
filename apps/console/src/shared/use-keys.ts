export { useKeys, keysAreOn, turnKeys, type KeyMap } from '@helpdeskly/ui';
