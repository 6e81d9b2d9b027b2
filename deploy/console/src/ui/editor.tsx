import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { sql, StandardSQL, type SQLNamespace } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--panel)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { caretColor: 'var(--text)', fontFamily: 'ui-monospace, Menlo, Consolas, monospace' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--sunk)', color: 'var(--soft)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '.cm-tooltip': { backgroundColor: 'var(--panel)', color: 'var(--text)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--tint)', color: 'var(--text)' },
});
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: tags.string, color: 'var(--good)' },
  { tag: tags.number, color: 'var(--busy)' },
  { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
]);

export interface Handle {
  /** What is selected, or all of it. */
  text: () => string;
  set: (text: string) => void;
  focus: () => void;
}

interface Properties {
  value: string;
  onChange: (value: string) => void;
  onRun: () => void;
  names: SQLNamespace;
  handle: (handle: Handle) => void;
}

/** The editor lives in a shadow root, where its styles are objects and not inline style elements. */
export default function Editor({ value, onChange, onRun, names, handle }: Properties) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const language = useRef(new Compartment());
  const latest = useRef({ onChange, onRun });
  latest.current = { onChange, onRun };

  useEffect(() => {
    const element = host.current;
    if (!element) {
      return undefined;
    }
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const editor = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: value,
        extensions: [
          keymap.of([{ key: 'Mod-Enter', run: () => { latest.current.onRun(); return true; } }]),
          lineNumbers(), history(), bracketMatching(), closeBrackets(), autocompletion(), highlightActiveLine(),
          syntaxHighlighting(colours), look, EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'Statement' }),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          language.current.of(sql({ dialect: StandardSQL, upperCaseKeywords: true })),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) {
              latest.current.onChange(update.state.doc.toString());
            }
          }),
        ],
      }),
    });
    view.current = editor;
    handle({
      text: () => {
        const { main } = editor.state.selection;
        return main.empty ? editor.state.doc.toString() : editor.state.sliceDoc(main.from, main.to);
      },
      set: (text) => editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } }),
      focus: () => editor.focus(),
    });
    return () => {
      editor.destroy();
      view.current = null;
    };
    // Made once for a tab; the value belongs to the editor from then on.
  }, []);

  useEffect(() => {
    view.current?.dispatch({
      effects: language.current.reconfigure(sql({ dialect: StandardSQL, upperCaseKeywords: true, schema: names })),
    });
  }, [names]);

  return <div ref={host} className="editor" />;
}
