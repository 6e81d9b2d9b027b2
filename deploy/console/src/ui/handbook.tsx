import text from '../../../docs/handbook.md?raw';
import { Markdown } from './markdown';
import { Section } from './states';

const BODY = text.replace(/^# .*\n/, '');

/** What an operator has to know, as it was when this server was built. */
export default function Handbook() {
  return <Section title="Operator’s handbook"><Markdown text={BODY} /></Section>;
}
