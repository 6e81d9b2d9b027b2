import { Menu, MenuButton, MenuItem, MenuProvider, MenuSeparator } from '@ariakit/react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { whenSignedOut } from './api';
import { endSession, isAdministrator, rememberSession, useMe } from './session';
import { nextTheme, useTheme } from './theme';
import { Calls } from '../ui/calls';
import { Finder } from '../ui/finder';

const PLACES: [string, string, string][] = [
  ['/', 'Home', 'M3 11 12 4l9 7v9h-6v-6H9v6H3z'],
  ['/catalog', 'Catalog', 'M4 5h16v4H4zm0 6h16v4H4zm0 6h16v3H4z'],
  ['/sql', 'SQL', 'M4 6l6 6-6 6M12 18h8'],
  ['/lineage', 'Lineage', 'M3 9h6v6H3zm12-6h6v6h-6zm0 12h6v6h-6zM9 12h3m0 0V6h3m-3 6v6h3'],
  ['/features', 'Features', 'M4 4h7v7H4zm9 0h7v7h-7zM4 13h7v7H4zm9 0h7v7h-7z'],
  ['/experiments', 'Experiments', 'M9 3h6M10 3v6l-6 11h16L14 9V3'],
  ['/models', 'Models', 'M12 3 3 8v8l9 5 9-5V8zM3 8l9 5 9-5M12 13v8'],
  ['/endpoints', 'Endpoints', 'M4 12h4l3-8 3 16 3-8h3'],
  ['/tools', 'Agent tools', 'M14 6a4 4 0 0 0-5 5l-6 6 4 4 6-6a4 4 0 0 0 5-5l-3 2-3-3z'],
  ['/access', 'Access', 'M12 3 4 6v6c0 5 4 8 8 9 4-1 8-4 8-9V6z'],
  ['/audit', 'Audit', 'M6 3h12v18H6zM9 8h6M9 12h6M9 16h4'],
  ['/system', 'System', 'M3 5h18v6H3zm0 8h18v6H3zM7 8h.01M7 16h.01'],
];

function Icon({ d }: { d: string }) {
  return (
    <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" className="icon">
      <path d={d} />
    </svg>
  );
}

function useEscape(open: boolean, close: () => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') {
        close();
      }
    };
    if (open) {
      addEventListener('keydown', pressed);
    }
    return () => removeEventListener('keydown', pressed);
  }, [open, close]);
}

function Account() {
  const me = useMe();
  const [theme, setTheme] = useTheme();
  const [, navigate] = useLocation();
  const leave = async (): Promise<void> => {
    whenSignedOut(() => {});
    await endSession().catch(() => undefined);
    rememberSession(false);
    location.assign('/console/sign-in');
  };
  return (
    <MenuProvider>
      <MenuButton className="button quiet">
        <span className="hidden">Account of </span>
        <span className="avatar" aria-hidden="true">
          {me.userName.slice(0, 1).toUpperCase()}
        </span>
        <span className="account-name">{me.userName}</span>
      </MenuButton>
      <Menu gutter={6} className="menu" aria-label="Account">
        <div className="menu-note">
          {me.displayName ?? me.userName}
          <br />
          {isAdministrator(me) ? 'administrator' : (me.groups ?? []).map((group) => group.display).join(', ') || 'no groups'}
        </div>
        <MenuSeparator className="line" />
        <MenuItem className="menu-item" onClick={() => setTheme(nextTheme(theme))}>
          Theme: {theme}
        </MenuItem>
        <MenuItem className="menu-item" onClick={() => navigate('/access?tab=tokens')}>
          My tokens
        </MenuItem>
        <MenuItem className="menu-item" onClick={() => void leave()}>
          Sign out
        </MenuItem>
      </Menu>
    </MenuProvider>
  );
}

export function Shell({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const [open, setOpen] = useState(false);
  const [finding, setFinding] = useState(false);
  const [calling, setCalling] = useState(false);
  const main = useRef<HTMLElement>(null);
  useEscape(open, () => setOpen(false));
  useEffect(() => setOpen(false), [location]);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) {
        return;
      }
      if (event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setFinding(true);
      } else if (event.key === '.') {
        event.preventDefault();
        setCalling((shown) => !shown);
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
  return (
    <div className="shell">
      <a className="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>
        Skip to content
      </a>
      <header className="top">
        <button type="button" className="button quiet narrow-only" aria-expanded={open} aria-controls="places" onClick={() => setOpen(!open)}>
          <Icon d="M4 7h16M4 12h16M4 17h16" />
          <span className="hidden">Menu</span>
        </button>
        <Link href="/" className="brand">
          <img src="/console/favicon.svg" alt="" width="24" height="24" />
          <span>Boathouse</span>
        </Link>
        <button type="button" className="find" onClick={() => setFinding(true)}>
          <Icon d="M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5" />
          <span>Search everything</span>
          <kbd className="wide-only">{navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl'} K</kbd>
        </button>
        <button type="button" className="button quiet wide-only" title="Calls of this page (Ctrl .)" onClick={() => setCalling(true)}>
          API
        </button>
        <Account />
      </header>
      <nav id="places" className={open ? 'places open' : 'places'} aria-label="Places">
        <ul>
          {PLACES.map(([href, name, icon]) => {
            const here = href === '/' ? location === '/' : location.startsWith(href);
            return (
              <li key={href}>
                <Link href={href} aria-current={here ? 'page' : undefined}>
                  <Icon d={icon} />
                  {name}
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <Finder open={finding} setOpen={setFinding} />
      <Calls open={calling} setOpen={setCalling} />
    </div>
  );
}
