export { Editor } from '@helpdeskly/ui';
