<?php

namespace App\Console;

use Psr\Log\LoggerInterface;

/** Greets somebody in the log. */
final class Greet
{
    public function __construct(private LoggerInterface $logger)
    {
    }

    public function handle(string $name): void
    {
        $this->logger->info('Hello, {name}', ['name' => $name]);
    }
}
