import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { ApiError } from './app/api';
import { Application } from './app/application';
import { applyTheme } from './app/theme';
import './styles.css';

if (!location.pathname.startsWith('/console/')) {
  history.replaceState(null, '', '/console/' + location.search + location.hash);
}

applyTheme();

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < 1 && !(error instanceof ApiError && error.problem.status > 0 && error.problem.status < 500),
    },
    mutations: { retry: false },
  },
});

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Router base="/console">
          <Application />
        </Router>
      </QueryClientProvider>
    </StrictMode>,
  );
}
