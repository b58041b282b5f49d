<?php

$app = require __DIR__ . '/../bootstrap/app.php';

(require __DIR__ . '/../routes/web.php')($app, parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
