<?php

return [
    'name' => getenv('APP_NAME') ?: 'Laravel layout',
    'log' => getenv('APP_LOG') ?: 'php://stdout',
];
