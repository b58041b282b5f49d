import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './tokens.css';
import './base.css';
import { App } from './app.tsx';
import { applyTheme } from './data/settings.tsx';
import { connectToHost } from './transport/connect-to-host.ts';

applyTheme();
const host = connectToHost();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App host={host} />
  </StrictMode>,
);
