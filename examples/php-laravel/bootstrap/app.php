<?php

use Monolog\Formatter\LineFormatter;
use Monolog\Handler\StreamHandler;
use Monolog\Logger;
use Monolog\Processor\PsrLogMessageProcessor;

require __DIR__ . '/../vendor/autoload.php';

$config = require __DIR__ . '/../config/app.php';

$handler = new StreamHandler($config['log']);
$handler->setFormatter(new LineFormatter("%channel%.%level_name%: %message%\n"));

return [
    'name' => $config['name'],
    'logger' => new Logger('app', [$handler], [new PsrLogMessageProcessor()]),
];
