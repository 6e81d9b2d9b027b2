import { lexer, type Token, type Tokens } from 'marked';
import { Fragment, type ReactNode } from 'react';
import { Link } from 'wouter';

// Whoever may write a volume may write such a text, so nothing of it becomes HTML: words are words,
// and a link leads to a page of the console or nowhere.

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '');
}

function inline(tokens: Token[] | undefined, otherwise = ''): ReactNode {
  return tokens === undefined ? unescaped(otherwise) : tokens.map((token, index) => <Fragment key={index}>{word(token)}</Fragment>);
}

function word(token: Token): ReactNode {
  switch (token.type) {
    case 'strong': return <strong>{inline(token.tokens)}</strong>;
    case 'em': return <em>{inline(token.tokens)}</em>;
    case 'codespan': return <code>{unescaped((token as Tokens.Codespan).text)}</code>;
    case 'br': return <br />;
    case 'link': {
      const { href, tokens } = token as Tokens.Link;
      return /^\/(?!\/)/.test(href) ? <Link href={href}>{inline(tokens)}</Link> : inline(tokens);
    }
    case 'text': return inline((token as Tokens.Text).tokens, (token as Tokens.Text).text);
    default: return token.raw;
  }
}

function block(token: Token, level: number): ReactNode {
  switch (token.type) {
    case 'space': return null;
    case 'heading': {
      const Heading = `h${Math.min(4, (token as Tokens.Heading).depth + level)}` as 'h2';
      return <Heading>{inline(token.tokens)}</Heading>;
    }
    case 'paragraph': return <p>{inline(token.tokens)}</p>;
    case 'text': return inline((token as Tokens.Text).tokens, (token as Tokens.Text).text);
    case 'code': return <pre tabIndex={0}><code>{(token as Tokens.Code).text}</code></pre>;
    case 'list': {
      const { ordered, items } = token as Tokens.List;
      const List = ordered ? 'ol' : 'ul';
      return <List>{items.map((item, index) => <li key={index}>{item.tokens.map((part, at) => <Fragment key={at}>{block(part, level)}</Fragment>)}</li>)}</List>;
    }
    case 'table': {
      const { header, rows } = token as Tokens.Table;
      return (
        <div className="table-box whole" tabIndex={0} role="region" aria-label={header.map((cell) => cell.text).join(', ')}>
          <table className="table">
            <thead><tr>{header.map((cell, index) => <th key={index} scope="col">{inline(cell.tokens)}</th>)}</tr></thead>
            <tbody>{rows.map((row, at) => <tr key={at}>{row.map((cell, index) => <td key={index}>{inline(cell.tokens)}</td>)}</tr>)}</tbody>
          </table>
        </div>
      );
    }
    default: return <p>{token.raw}</p>;
  }
}

/** A text in Markdown; its headings begin below those that are around it. */
export function Markdown({ text, level = 1 }: { text: string; level?: number }) {
  return <div className="markdown">{lexer(text).map((token, index) => <Fragment key={index}>{block(token, level)}</Fragment>)}</div>;
}
