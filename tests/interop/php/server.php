<?php
/*
 * A journal system that this project did not write: PHP's SoapServer, behind PHP's own web server.
 *
 *   WSDL=contract.wsdl RECORD=received.jsonl php -S 127.0.0.1:8000 server.php
 *
 * takes status updates on any path, writes what PHP makes of each as one line of JSON, and answers as the address asks:
 * ?result=OK|INFO|ERROR with &error_id=… and &text=…, or ?fault=… for a SOAP fault with that text; OK without either.
 */

class JournalSystem
{
    private ?string $logicalAddress = null;

    public function LogicalAddress(string $address): void
    {
        $this->logicalAddress = $address;
    }

    public function CertificateStatusUpdateForCare(stdClass $message): array
    {
        $received = ['logical_address' => $this->logicalAddress, 'message' => $message];
        // A signature's digest is binary once PHP has decoded it.
        $line = json_encode($received, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE);
        file_put_contents(getenv('RECORD'), $line . "\n", FILE_APPEND | LOCK_EX);
        if (isset($_GET['fault'])) {
            throw new SoapFault('Server', $_GET['fault']);
        }
        $result = ['resultCode' => $_GET['result'] ?? 'OK'];
        if (isset($_GET['text'])) {
            $result['resultText'] = $_GET['text'];
        }
        if (isset($_GET['error_id'])) {
            $result['errorId'] = $_GET['error_id'];
        }
        return ['result' => $result];
    }
}

// Without the feature, what may stand several times is an array only where it stands more than once.
$options = ['cache_wsdl' => WSDL_CACHE_NONE, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS];
$server = new SoapServer(getenv('WSDL'), $options);
$server->setObject(new JournalSystem());
$server->handle();
