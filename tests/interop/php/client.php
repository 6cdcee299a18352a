<?php
/*
 * A sender that this project did not write: PHP's SoapClient, as a Webcert would be made with it.
 *
 *   php client.php WSDL MESSAGE CERTIFICATE [URL]
 *
 * reads the contract from WSDL, makes one of the messages below from arrays, sends it to the address in the contract
 * (or to URL), and prints as one line of JSON what PHP makes of the answer: {"result": …} or {"fault": …}.
 */

const TYPES = 'urn:riv:clinicalprocess:healthcond:certificate:types:3';
const REGISTRY = 'urn:riv:itintegration:registry:1';
const UNIT = 'TSTNMT2321000156-ALMC';

function hsa_id(string $id): array
{
    return ['root' => '1.2.752.129.2.1.4.1', 'extension' => $id];
}

function code(string $system, string $code, string $name): array
{
    return ['code' => $code, 'codeSystem' => $system, 'displayName' => $name];
}

function of_type(string $type, string $element, array $value): SoapVar
{
    return new SoapVar($value, SOAP_ENC_OBJECT, $type, TYPES, $element, TYPES);
}

function staff(string $id, string $name, array $more = []): array
{
    return [
        'personal-id' => hsa_id($id),
        'fullstandigtNamn' => $name,
        'enhet' => [
            'enhets-id' => hsa_id(UNIT),
            'arbetsplatskod' => ['root' => '1.2.752.29.4.71', 'extension' => '1627'],
            'enhetsnamn' => 'Alfa Medicincentrum',
            'postadress' => 'Storgatan 1',
            'postnummer' => '12345',
            'postort' => 'Småmåla',
            'telefonnummer' => '0101234567890',
            'vardgivare' => [
                'vardgivare-id' => hsa_id('TSTNMT2321000156-ALFA'),
                'vardgivarnamn' => 'Alfa Regionen',
            ],
        ],
    ] + $more;
}

function status_update(string $certificate, array $event, string $by, array $content): array
{
    $none = ['totalt' => 0, 'ejBesvarade' => 0, 'besvarade' => 0, 'hanterade' => 0];
    return [
        'intyg' => [
            'intygs-id' => ['root' => UNIT, 'extension' => $certificate],
            'typ' => code('b64ea353-e8f6-4832-b563-fc7d46f29548', 'ITFP', 'Intyg tillfällig föräldrapenning'),
            'version' => '1.0',
            'patient' => [
                'person-id' => ['root' => '1.2.752.129.2.1.3.1', 'extension' => '201212121212'],
                'fornamn' => '',
                'efternamn' => '',
                'postadress' => '',
                'postnummer' => '',
                'postort' => '',
            ],
        ] + $content,
        'handelse' => $event,
        'skickadeFragor' => $none,
        'mottagnaFragor' => $none,
        'ref' => 'php & co',
        'hanteratAv' => hsa_id($by),
    ];
}

function event(string $code, string $name, string $when): array
{
    return ['handelsekod' => code('dfd7bbad-dbe5-4a2f-ba25-f7b9b2cc6b14', $code, $name), 'tidpunkt' => $when];
}

function draft(string $certificate): array
{
    return status_update(
        $certificate,
        event('SKAPAT', 'Intygsutkast skapat', '2024-09-02T08:00:00.001'),
        'TSTNMT2321000156-VAAA',
        ['skapadAv' => staff('TSTNMT2321000156-VAAA', 'Alva Vardadministrator')],
    );
}

/** What PHP writes for a moment unless it is told to write milliseconds. */
function careless(string $certificate): array
{
    $event = event('SKAPAT', 'Intygsutkast skapat', (new DateTime('2024-09-02T08:00:00+02:00'))->format(DATE_ATOM));
    return ['handelse' => $event] + draft($certificate);
}

function signed(string $certificate): array
{
    $nurse = staff('TSTNMT2321000156-SKAA', 'Anna Sjuksköterska', [
        'befattning' => [code('1.2.752.129.2.2.1.4', '206090', 'Sjuksköterska, allmän')],
        'legitimeratYrke' => [code('1.2.752.29.23.1.6', 'SJ', 'Sjuksköterska')],
    ]);
    // Anything may stand in a delsvar: PHP writes text as it is given, and has to be told what an array is.
    $diagnosis = htmlspecialchars('Feber > 38 °C & hosta', ENT_XML1);
    $extent = of_type('CVType', 'cv', code('KV_FKMU_0008', 'HALVA', 'Halva den ordinarie tiden'));
    $period = of_type('DatePeriodType', 'datePeriod', ['start' => '2024-09-02', 'end' => '2024-09-06']);
    return status_update(
        $certificate,
        event('SIGNAT', 'Intyg signerat', '2024-09-02T08:15:00.001'),
        'TSTNMT2321000156-SKAA',
        [
            'signeringstidpunkt' => '2024-09-02T08:15:00',
            'skapadAv' => $nurse,
            'svar' => [
                ['id' => '55', 'delsvar' => [['id' => '55.1', 'any' => $diagnosis]]],
                [
                    'id' => '56',
                    'instans' => 1,
                    'delsvar' => [['id' => '56.1', 'any' => $extent], ['id' => '56.2', 'any' => $period]],
                ],
            ],
        ],
    );
}

[, $wsdl, $message, $certificate] = $argv;
$options = ['cache_wsdl' => WSDL_CACHE_NONE, 'exceptions' => true];
if (isset($argv[4])) {
    $options['location'] = $argv[4];
}
$client = new SoapClient($wsdl, $options);
$client->__setSoapHeaders(new SoapHeader(REGISTRY, 'LogicalAddress', UNIT));
try {
    $printed = $client->CertificateStatusUpdateForCare($message($certificate));
} catch (SoapFault $fault) {
    $printed = ['fault' => ['code' => $fault->faultcode, 'text' => $fault->faultstring]];
}
echo json_encode($printed, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE), "\n";
