export { sentenceOf } from '@helpdeskly/ui';
